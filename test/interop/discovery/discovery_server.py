"""An asyncua server in the place of a site's discovery server, with encrypted channels alone. It says on stdout, as JSON
lines, that it is ready and what each server registers."""
import argparse
import asyncio
import json
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

URI = "urn:site:discovery"


def say(line):
    print(json.dumps(line), flush=True)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    key = options.folder / "key.pem"
    certificate = options.folder / "certificate.der"
    await setup_self_signed_certificate(
        key, certificate, URI, "127.0.0.1", [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH], {}
    )

    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{options.port}/")
    await server.set_application_uri(URI)
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))

    def registered(registration, _configuration=None):
        say(
            {
                "uri": registration.ServerUri,
                "urls": registration.DiscoveryUrls,
                "names": [name.Text for name in registration.ServerNames],
                "online": registration.IsOnline,
            }
        )

    server.iserver.register_server = registered
    async with server:
        say({"ready": True})
        await asyncio.Event().wait()


asyncio.run(main())
