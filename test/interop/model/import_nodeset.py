"""Looks at a nodeset with other eyes; prints what it found as JSON.

Usage: import_nodeset.py validate NODESET XSD   the faults that the schema finds
       import_nodeset.py load NODESET           what asyncua's importer makes of it
       import_nodeset.py instantiate NODESET    what an instance of each of its types has, by the type's name
"""

import asyncio
import json
import sys

import xmlschema
from asyncua import Server, ua
from asyncua.common.events import get_event_obj_from_type_node
from asyncua.common.instantiate_util import instantiate

TYPES = "http://monashautomation.com/UA/MesPrinting/"


async def load(nodeset: str) -> dict:
    server = Server()
    await server.init()
    node_ids = await server.import_xml(nodeset)
    undescribed = []
    without_value = []
    for node_id in node_ids:
        node = server.get_node(node_id)
        if not (await node.read_description()).Text:
            undescribed.append(node_id.to_string())
        name = (await node.read_browse_name()).Name
        if name in ("InputArguments", "OutputArguments", "EURange", "EngineeringUnits", "EnumValues", "EnumStrings"):
            if not await node.read_value():
                without_value.append(node_id.to_string())
    types = await server.get_namespace_index(TYPES)
    instances = await server.get_namespace_index("http://monashautomation.com/UA/MesPrinting/Instances/")
    inputs = await server.get_node(f"ns={instances};s=Jobs.SubmitJob/InputArguments").read_value()
    printer_type = await server.nodes.base_object_type.get_child(f"{types}:PrinterType")
    printer = await server.nodes.objects.add_object(types, "TryPrinter", printer_type)
    actual = await printer.get_child([f"{types}:Nozzle", f"{types}:Actual"])
    units = await (await actual.get_child("0:EngineeringUnits")).read_value()
    enumeration = await server.nodes.enum_data_type.get_child(f"{types}:JobStatusEnumeration")
    values = await (await enumeration.get_child("0:EnumValues")).read_value()
    jobs = server.get_node(f"ns={instances};s=Jobs")
    return {
        "nodes": len(node_ids),
        "indices": [types, instances],
        "undescribed": undescribed,
        "withoutValue": without_value,
        "submitJob": [[argument.Name, ua.VariantType(argument.DataType.Identifier).name] for argument in inputs],
        "unit": units.DisplayName.Text,
        "statuses": [[value.DisplayName.Text, value.Value] for value in values],
        "eventNotifier": [flag.name for flag in await jobs.read_event_notifier()],
    }


async def paths(node, above: str = "") -> list:
    """What it consists of; the arguments of methods are the types'."""
    found = []
    for child in await node.get_children(refs=ua.ObjectIds.Aggregates):
        path = above + (await child.read_browse_name()).Name
        found.append(path)
        if await child.read_node_class() is not ua.NodeClass.Method:
            found += await paths(child, path + "/")
    return found


async def instances(nodeset: str) -> dict:
    server = Server()
    await server.init()
    made = {}
    node_ids = await server.import_xml(nodeset)
    index = await server.get_namespace_index(TYPES)
    for node_id in node_ids:
        node = server.get_node(node_id)
        if await node.read_node_class() is not ua.NodeClass.ObjectType:
            continue
        name = (await node.read_browse_name()).Name
        if ua.ObjectIds.BaseEventType in await ancestors(node):
            base = await get_event_obj_from_type_node(server.get_node(ua.ObjectIds.BaseEventType))
            event = await get_event_obj_from_type_node(node)
            made[name] = sorted(set(event.data_types) - set(base.data_types))
        else:
            objects = await instantiate(
                server.nodes.objects, node, bname=ua.QualifiedName(f"Try{name}", index), instantiate_optional=False)
            made[name] = sorted(await paths(objects[0]))
    return made


async def ancestors(node) -> list:
    found = []
    while parents := await node.get_referenced_nodes(ua.ObjectIds.HasSubtype, ua.BrowseDirection.Inverse):
        node = parents[0]
        found.append(node.nodeid.Identifier)
    return found


def validate(nodeset: str, xsd: str) -> list:
    return [str(error.reason) for error in xmlschema.XMLSchema(xsd).iter_errors(nodeset)]


def main() -> None:
    command, *arguments = sys.argv[1:]
    if command == "validate":
        found = validate(*arguments)
    else:
        found = asyncio.run({"load": load, "instantiate": instances}[command](*arguments))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
