"""A real moto server with some secrets, a user who may read them, and signatures checked."""

import json
import os
import socket
import sys
import threading
import time

os.closerange(3, 1024)
os.environ["AWS_ACCESS_KEY_ID"] = "setup"
os.environ["AWS_SECRET_ACCESS_KEY"] = "setup"
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
# Until the set-up is done nothing is checked.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "10000"

import boto3  # noqa: E402
from moto import settings  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

REGION = "eu-west-1"


def main():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    out = sys.stdout
    # moto writes a line for each request.
    sys.stdout = sys.stderr = open(os.devnull, "w")
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{port}"
    client = lambda service, region=REGION: boto3.client(service, region_name=region, endpoint_url=url)  # noqa: E731
    secrets = client("secretsmanager")
    for index in range(30):
        secrets.create_secret(Name=f"bulk/{index}", SecretString=f"value-{index}")
    secrets.create_secret(Name="app/openai", SecretString='{"key": "sk-old"}')
    secrets.put_secret_value(SecretId="app/openai", SecretString='{"key": "sk-new"}')
    secrets.create_secret(Name="app/binary", SecretBinary=b"\x00\xff\x10bytes")
    secrets.create_secret(Name="app/gone", SecretString="x")
    secrets.delete_secret(SecretId="app/gone", RecoveryWindowInDays=7)
    elsewhere = client("secretsmanager", "us-west-2").create_secret(Name="far", SecretString="far away")
    parameters = client("ssm")
    for index in range(25):
        parameters.put_parameter(Name=f"/bulk/{index}", Value=f"value-{index}", Type="SecureString")
    parameters.put_parameter(Name="/app/db/password", Value="pw-1", Type="SecureString")
    parameters.put_parameter(Name="/app/db/password", Value="pw-2", Type="SecureString", Overwrite=True)
    parameters.label_parameter_version(Name="/app/db/password", ParameterVersion=1, Labels=["stable"])
    parameters.put_parameter(Name="/app/token", Value="tok", Type="String")
    iam = client("iam", "us-east-1")
    keys = {}
    for user, actions in {
        "reader": ["secretsmanager:*", "ssm:*", "sts:*"],
        "single": ["secretsmanager:GetSecretValue", "ssm:GetParameter"],
        "nobody": ["s3:ListAllMyBuckets"],
    }.items():
        iam.create_user(UserName=user)
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        keys[user] = {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/reader"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=json.dumps(policy))
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0

    def end_with_stdin():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_stdin, daemon=True).start()
    print(json.dumps({"port": port, "keys": keys, "far": elsewhere["ARN"], "role": role}), file=out, flush=True)
    while True:
        time.sleep(3600)


main()
