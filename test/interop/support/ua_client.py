"""A foreign OPC UA client (asyncua) driven by JSON lines: one request per line on stdin, one answer per line on stdout.

A request is {"id": N, "do": OPERATION, ...}; its answer {"id": N, "result": ...} or {"id": N, "error": TEXT, "status": NAME}.
Data changes and events come between the answers as {"data": {...}} and {"event": {...}}.
Node ids are strings such as "ns=3;s=Jobs"; without "ns=" they belong to the instance namespace, looked up by its URI.
"""
import asyncio
import base64
import dataclasses
import datetime
import json
import sys
import typing

from asyncua import Client, ua
from asyncua.crypto import security_policies
from asyncua.ua.uaerrors import UaError

INSTANCES = "http://monashautomation.com/UA/MesPrinting/Instances/"
TYPES = "http://monashautomation.com/UA/MesPrinting/"


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
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if dataclasses.is_dataclass(value):
        names = [one.name for one in dataclasses.fields(value) if one.name != "Encoding"]
        return {name: plain(getattr(value, name)) for name in names}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def status_name(code):
    return ua.StatusCode(code).name if isinstance(code, int) else code.name


def innermost(hint):
    """Of Optional and List of a type: the type, and whether it is a list."""
    is_list = False
    while typing.get_origin(hint) is not None:
        is_list = is_list or typing.get_origin(hint) is list
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return hint, is_list


def made(value, kind):
    """A value of that class from JSON: structures by the fields that asyncua made of their definitions."""
    if value is None:
        return None
    if isinstance(value, list):
        return [made(item, kind) for item in value]
    if kind is ua.LocalizedText:
        return ua.LocalizedText(value)
    if kind is ua.Variant:
        if isinstance(value, dict):
            return ua.Variant(value["value"], ua.VariantType[value["type"]])
        return ua.Variant(value)
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        hints = typing.get_type_hints(kind, {"ua": ua, "typing": typing})
        return kind(**{name: made(item, innermost(hints[name])[0]) for name, item in value.items()})
    return value


def argument(value, data_type):
    """An argument as its declared data type says."""
    if data_type.NamespaceIndex != 0:
        return ua.Variant(made(value, ua.extension_objects_by_datatype[data_type]), ua.VariantType.ExtensionObject)
    kind = ua.VariantType(data_type.Identifier)
    if kind is ua.VariantType.LocalizedText:
        value = made(value, ua.LocalizedText)
    if kind is ua.VariantType.ByteString and value is not None:
        value = base64.b64decode(value)
    if kind is ua.VariantType.NodeId:
        value = ua.NodeId.from_string(value)
    if kind is ua.VariantType.Variant:
        return made(value, ua.Variant)
    return ua.Variant(value, kind, is_array=isinstance(value, list))


def has_unknown(value):
    """Whether a structure is in it whose definition was not loaded yet."""
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, ua.ExtensionObject)


class Session:
    def __init__(self, say):
        self.say = say
        self.client = None
        self.index = 0
        self.subscriptions = []
        self.defined = False

    async def definitions(self):
        if not self.defined:
            self.defined = True
            await self.client.load_data_type_definitions()

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
        fields = {name: plain(value) for name, value in event.get_event_props_as_fields_dict().items()}
        if "NodeId" in fields:
            fields["ConditionId"] = fields.pop("NodeId")
        self.say({"event": fields})

    def status_change_notification(self, status):
        self.say({"status": str(status)})

    def node(self, text):
        if text.startswith(("ns=", "i=")):
            return self.client.get_node(text)
        return self.client.get_node(ua.NodeId(text, self.index))

    async def connect(self, url, user="", password="", policy="", mode="SignAndEncrypt", certificate="", key="",
                      applicationUri="", userCertificate="", userKey=""):
        client = Client(url, timeout=10)
        if policy:
            client.application_uri = applicationUri
            await client.set_security(
                getattr(security_policies, "SecurityPolicy" + policy.replace("_", "")), certificate, key,
                mode=ua.MessageSecurityMode[mode])
        if userCertificate:
            await client.load_client_certificate(userCertificate)
            await client.load_private_key(userKey)
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

    async def call(self, method, args, types=None, object=None):
        """`method` as "Jobs.SubmitJob"; arguments take the types that the server declares, unless others are given."""
        method_node = self.node(method)
        if object is not None:
            await self.definitions()
        if types is None:
            declared = await (await method_node.get_child("0:InputArguments")).read_value() if args else []
            types = [one.DataType for one in declared]
            if len(types) != len(args):
                raise ValueError(f"{method} declares {len(types)} arguments, {len(args)} were given")
        else:
            types = [ua.NodeId(ua.VariantType[name].value) for name in types]
        request = ua.CallMethodRequest()
        request.ObjectId = self.node(object or method.split(".")[0]).nodeid
        request.MethodId = method_node.nodeid
        request.InputArguments = [argument(value, kind) for value, kind in zip(args, types)]
        result = (await self.client.uaclient.call([request]))[0]
        outputs = None
        if not result.StatusCode.is_bad():
            outputs = {}
            if result.OutputArguments:
                names = await (await method_node.get_child("0:OutputArguments")).read_value()
                outputs = {one.Name: plain(value) for one, value in zip(names, result.OutputArguments)}
        return {"status": status_name(result.StatusCode), "outputs": outputs}

    async def read(self, nodes):
        """All of them by one Read."""
        ids = [self.node(node).nodeid for node in nodes]
        values = await self.client.uaclient.read_attributes(ids, ua.AttributeIds.Value)
        if any(value.Value is not None and has_unknown(value.Value.Value) for value in values):
            await self.definitions()
            values = await self.client.uaclient.read_attributes(ids, ua.AttributeIds.Value)
        return [self.answer(value) for value in values]

    @staticmethod
    def answer(value):
        status = status_name(value.StatusCode)
        return {"value": plain(value.Value), "status": status, "time": plain(value.SourceTimestamp)}

    async def history(self, node, start, end, max):
        times = [datetime.datetime.fromisoformat(time.replace("Z", "+00:00")) for time in (start, end)]
        details = ua.ReadRawModifiedDetails(False, *times, max, False)
        values, more = [], None
        while True:
            result = await self.node(node).history_read(details, more)
            result.StatusCode.check()
            values += result.HistoryData.DataValues if result.HistoryData else []
            more = result.ContinuationPoint
            if not more:
                return [self.answer(value) for value in values]

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

    async def events(self, source, type="BaseEventType", fields=None):
        """Events of that type and their fields, of `source` and what notifies it."""
        if type.startswith(("ns=", "i=")):
            kind = self.client.get_node(type)
        else:
            kind = self.client.get_node(ua.ObjectIds.BaseEventType)
            if type != "BaseEventType":
                types = await self.client.get_namespace_index(TYPES)
                kind = await kind.get_child(f"{types}:{type}")
        chosen = None
        if fields is not None:
            await self.definitions()
            chosen = ua.EventFilter()
            chosen.SelectClauses = [self.operand(path) for path in fields]
            of_type = ua.ContentFilterElement()
            of_type.FilterOperator = ua.FilterOperator.OfType
            of_type.FilterOperands = [ua.LiteralOperand(ua.Variant(kind.nodeid))]
            chosen.WhereClause.Elements = [of_type]
        subscription = await self.client.create_subscription(100, self)
        self.subscriptions.append(subscription)
        await subscription.subscribe_events(self.node(source), kind, evfilter=chosen)

    @staticmethod
    def operand(path):
        operand = ua.SimpleAttributeOperand()
        operand.TypeDefinitionId = ua.NodeId(ua.ObjectIds.BaseEventType if path else ua.ObjectIds.ConditionType)
        operand.AttributeId = ua.AttributeIds.Value if path else ua.AttributeIds.NodeId
        operand.BrowsePath = [ua.QualifiedName.from_string(name) for name in path.split("/")] if path else []
        return operand


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
