"""A foreign OPC UA client (asyncua) driven by JSON lines: one request per line on stdin, one answer per line on stdout.

A request is {"id": N, "do": OPERATION, ...}; its answer {"id": N, "result": ...} or {"id": N, "error": TEXT, "status": NAME}.
Data changes and events come between the answers as {"data": {...}} and {"event": {...}}.
Node ids are strings such as "ns=3;s=Jobs"; without "ns=" they belong to the instance namespace, looked up by its URI.
"""
import asyncio
import datetime
import json
import sys

from asyncua import Client, ua
from asyncua.crypto import security_policies
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.ua.uaerrors import UaError
from cryptography.x509.oid import ExtendedKeyUsageOID
from pathlib import Path

INSTANCES = "http://monashautomation.com/UA/MesPrinting/Instances/"
TYPES = "http://monashautomation.com/UA/MesPrinting/"
APPLICATION_URI = "urn:interop:ua-client"


def plain(value):
    """What JSON can say; times in ISO 8601."""
    if isinstance(value, ua.Variant):
        return plain(value.Value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, ua.LocalizedText):
        return value.Text
    if isinstance(value, ua.NodeId):
        return value.to_string()
    if isinstance(value, ua.QualifiedName):
        return value.Name
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def status_name(code):
    return ua.StatusCode(code).name if isinstance(code, int) else code.name


class Session:
    def __init__(self, say):
        self.say = say
        self.client = None
        self.index = 0
        self.subscriptions = []

    # Called by asyncua.
    def datachange_notification(self, node, value, data):
        item = data.monitored_item.Value
        self.say({"data": {
            "node": node.nodeid.Identifier if node.nodeid.NamespaceIndex == self.index else node.nodeid.to_string(),
            "value": plain(value),
            "status": status_name(item.StatusCode),
            "time": plain(item.SourceTimestamp),
        }})

    def event_notification(self, event):
        self.say({"event": {name: plain(value) for name, value in event.get_event_props_as_fields_dict().items()}})

    def status_change_notification(self, status):
        self.say({"status": str(status)})

    def node(self, text):
        if text.startswith(("ns=", "i=")):
            return self.client.get_node(text)
        return self.client.get_node(ua.NodeId(text, self.index))

    async def connect(self, url, user="", password="", policy="", mode="SignAndEncrypt", folder="."):
        client = Client(url, timeout=10)
        if policy:
            key, certificate = Path(folder, "client-key.pem"), Path(folder, "client-certificate.der")
            await setup_self_signed_certificate(
                key, certificate, APPLICATION_URI, "localhost", [ExtendedKeyUsageOID.CLIENT_AUTH],
                {"commonName": "Interop client"})
            client.application_uri = APPLICATION_URI
            await client.set_security(
                getattr(security_policies, "SecurityPolicy" + policy), str(certificate), str(key),
                mode=ua.MessageSecurityMode[mode])
        if user:
            client.set_user(user)
            client.set_password(password)
        await client.connect()
        self.client = client
        self.index = await client.get_namespace_index(INSTANCES)
        return {"instances": self.index, "types": await client.get_namespace_index(TYPES)}

    async def disconnect(self):
        client, self.client = self.client, None
        await client.disconnect()

    async def endpoints(self, url):
        return [
            {
                "policy": endpoint.SecurityPolicyUri.rsplit("#", 1)[-1],
                "mode": endpoint.SecurityMode.name,
                "tokens": [token.TokenType.name for token in endpoint.UserIdentityTokens],
            }
            for endpoint in await Client(url, timeout=10).connect_and_get_server_endpoints()
        ]

    async def call(self, method, args, types=None):
        """`method` as "Jobs.SubmitJob"; arguments take the types that the server declares, unless others are given."""
        method_node = self.node(method)
        if types is None:
            declared = await (await method_node.get_child("0:InputArguments")).read_value() if args else []
            types = [ua.VariantType(argument.DataType.Identifier) for argument in declared]
            if len(types) != len(args):
                raise ValueError(f"{method} declares {len(types)} arguments, {len(args)} were given")
        else:
            types = [ua.VariantType[name] for name in types]
        request = ua.CallMethodRequest()
        request.ObjectId = self.node(method.split(".")[0]).nodeid
        request.MethodId = method_node.nodeid
        request.InputArguments = [ua.Variant(value, kind) for value, kind in zip(args, types)]
        result = (await self.client.uaclient.call([request]))[0]
        outputs = None
        if result.StatusCode.is_good():
            names = await (await method_node.get_child("0:OutputArguments")).read_value()
            outputs = {argument.Name: plain(value) for argument, value in zip(names, result.OutputArguments)}
        return {"status": status_name(result.StatusCode), "outputs": outputs}

    async def read(self, nodes):
        answers = []
        for node in nodes:
            try:
                value = await self.node(node).read_data_value(raise_on_bad_status=False)
                answers.append({
                    "value": plain(value.Value), "status": status_name(value.StatusCode),
                    "time": plain(value.SourceTimestamp)})
            except UaError as error:
                answers.append({"value": None, "status": type(error).__name__, "time": None})
        return answers

    async def write(self, node, value, type):
        await self.node(node).write_value(ua.Variant(value, ua.VariantType[type]))

    async def browse(self, node):
        return [
            {"name": reference.BrowseName.Name, "node": reference.NodeId.to_string()}
            for reference in await self.node(node).get_references(direction=ua.BrowseDirection.Forward)
        ]

    async def subscribe(self, nodes, period=100):
        subscription = await self.client.create_subscription(period, self)
        self.subscriptions.append(subscription)
        await subscription.subscribe_data_change([self.node(node) for node in nodes])

    async def events(self, source, type="BaseEventType"):
        """Events of that type and their fields, of `source` and what notifies it."""
        kind = self.client.get_node(ua.ObjectIds.BaseEventType)
        if type != "BaseEventType":
            types = await self.client.get_namespace_index(TYPES)
            kind = await kind.get_child(f"{types}:{type}")
        subscription = await self.client.create_subscription(100, self)
        self.subscriptions.append(subscription)
        await subscription.subscribe_events(self.node(source), kind)


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    def say(message):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    session = Session(say)

    async def answer(request):
        number, operation = request.pop("id"), request.pop("do")
        try:
            say({"id": number, "result": await getattr(session, operation)(**request)})
        except Exception as error:  # every failure is an answer for the test to judge
            code = getattr(error, "code", None)
            say({"id": number, "error": f"{type(error).__name__}: {error}"[:500],
                 "status": type(error).__name__ if code is None else status_name(code)})

    pending = set()
    while line := await reader.readline():
        task = asyncio.create_task(answer(json.loads(line)))
        pending.add(task)
        task.add_done_callback(pending.discard)


asyncio.run(main())
