// A web server that ends in order when it is asked to, and logs more than it should.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const { PORT, SESSION_SECRET, STRIPE_KEY } = process.env;

export const sign = (text, key = SESSION_SECRET) => createHmac("sha256", key).update(text).digest("hex");

const server = createServer((request, response) => {
  const upstream = { method: "GET", headers: { authorization: `Basic ${btoa(`${STRIPE_KEY}:`)}` } };
  console.log(request.method, request.url, upstream);
  response.end(`session=${sign(request.url)}\n`);
});

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith("/server.js")) {
  server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
  process.on("SIGTERM", () => server.close(() => console.log("closed")));
}
