"""An asyncua server with the layout of the lab's central server. It says on stdout, as JSON lines, that it is ready and
what every client writes, item by item in the order of arrival, with the status that the server answered."""
import argparse
import asyncio
import datetime
import json

from asyncua import Server, ua
from asyncua.common.callback import CallbackType

STRING = ("", ua.VariantType.String)
FLOAT = (0.0, ua.VariantType.Float)
TIME = (datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc), ua.VariantType.DateTime)
LAYOUT = {
    "": {"url": STRING, "update_time": TIME, "state": STRING, "camera_url": STRING, "model": STRING},
    "nozzle": {"target": FLOAT, "actual": FLOAT},
    "bed": {"target": FLOAT, "actual": FLOAT},
    "head": {"x": FLOAT, "y": FLOAT, "z": FLOAT},
    "job": {
        "file": STRING,
        "progress": FLOAT,
        "time_left": FLOAT,
        "time_left_approx": FLOAT,
        "time_used": FLOAT,
    },
}


def say(line):
    print(json.dumps(line), flush=True)


def plain(value):
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, float) and value != value:
        return "NaN"
    return value


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--namespace", default="http://monashautomation.com/opcua-server")
    parser.add_argument("--printers", type=int, default=8)
    parser.add_argument("--shift", type=int, default=0, help="objects made first, so that every node id is another")
    parser.add_argument("--other-namespaces", type=int, default=0, help="registered first: another index")
    options = parser.parse_args()

    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{options.port}/")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    for number in range(options.other_namespaces):
        await server.register_namespace(f"urn:other:{number}")
    index = await server.register_namespace(options.namespace)
    for number in range(options.shift):
        await server.nodes.objects.add_object(index, f"Other{number}")
    paths = {}
    for number in range(1, options.printers + 1):
        name = f"Printer{number}"
        printer = await server.nodes.objects.add_object(index, name)
        for group, variables in LAYOUT.items():
            parent = await printer.add_object(index, group) if group else printer
            for leaf, (value, kind) in variables.items():
                variable = await parent.add_variable(index, leaf, value, kind)
                await variable.set_writable()
                paths[variable.nodeid] = (name, f"{group}/{leaf}" if group else leaf)

    def written(event, _service):
        if not event.is_external:
            return
        results = event.response_params
        for item, result in zip(event.request_params.NodesToWrite, results):
            printer, path = paths.get(item.NodeId, ("", item.NodeId.to_string()))
            say(
                {
                    "printer": printer,
                    "path": path,
                    "type": item.Value.Value.VariantType.name,
                    "value": plain(item.Value.Value.Value),
                    "status": item.Value.StatusCode.name if item.Value.StatusCode else "Good",
                    "time": plain(item.Value.SourceTimestamp),
                    "node": item.NodeId.to_string(),
                    "result": result.name,
                }
            )

    server.subscribe_server_callback(CallbackType.PostWrite, written)
    async with server:
        say({"ready": True})
        await asyncio.Event().wait()


asyncio.run(main())
