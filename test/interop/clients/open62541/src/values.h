/* Values as JSON and back. Structures are known by what the server says of their data types, nothing else. */
#ifndef INTEROP_VALUES_H
#define INTEROP_VALUES_H

#include "json.h"

#include <open62541/client.h>

void putValue(Out *out, const void *value, const UA_DataType *type);
void putVariant(Out *out, const UA_Variant *variant);
void putStatus(Out *out, UA_StatusCode status);
/* {"value", "status", "time"} */
void putDataValue(Out *out, const UA_DataValue *value);

UA_DateTime timeOf(const char *iso);
/* Of that data type; BADTYPEMISMATCH for what cannot be made of it. */
UA_StatusCode makeVariant(UA_Client *client, Json json, const UA_NodeId *dataType, UA_Variant *made);
const UA_DataType *builtinByName(const char *name);

#endif
