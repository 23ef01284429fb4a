/* One session with the server, and what can be asked of it. */
#ifndef INTEROP_SESSION_H
#define INTEROP_SESSION_H

#include "json.h"

#include <open62541/client.h>

/* What is written before the end of a request comes between the answers. */
void say(const Out *line);

/* Writes the result, or says with which status it failed. */
typedef UA_StatusCode (*Operation)(Json request, Out *result);
Operation operationCalled(const char *name);

/* Lets notifications in; does nothing before a session is open. */
void iterate(void);

UA_NodeId nodeOf(const char *text);
UA_Client *currentClient(void);

/* The server's data types are known from then on; structures are opaque before. */
UA_StatusCode knowTypes(void);

UA_StatusCode callMethod(Json request, Out *result);
UA_StatusCode subscribeData(Json request, Out *result);
UA_StatusCode subscribeEvents(Json request, Out *result);
UA_StatusCode readHistory(Json request, Out *result);
UA_StatusCode connectSession(Json request, Out *result);
UA_StatusCode disconnectSession(Json request, Out *result);
UA_StatusCode listEndpoints(Json request, Out *result);

#endif
