import assert from "node:assert";
import { test } from "node:test";
import { sign } from "./server.js";

test("a session is signed", () => {
  assert.equal(sign("/", "key").length, 64);
  assert.equal(process.env.STRIPE_KEY, "test");
});
