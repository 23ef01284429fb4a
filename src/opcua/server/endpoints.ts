import { SecurityPolicy, UserTokenPolicy, UserTokenType } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';

/**
 * The same user tokens with the same ids on every endpoint: node-opcua numbers the ids, and clients such as PLC4X
 * then pick the wrong one. The password is always encrypted, on a None channel too. X509 user tokens are left out:
 * no account has a certificate.
 */
export const offerUserTokens = (server: OPCUAServer, anonymous: boolean): void => {
  const userName = new UserTokenPolicy({
    policyId: 'username',
    tokenType: UserTokenType.UserName,
    securityPolicyUri: SecurityPolicy.Basic256Sha256,
  });
  const tokens = anonymous
    ? [
        new UserTokenPolicy({
          policyId: 'anonymous',
          tokenType: UserTokenType.Anonymous,
          securityPolicyUri: null,
        }),
        userName,
      ]
    : [userName];
  for (const endpoint of server.endpoints) {
    for (const description of endpoint.endpointDescriptions()) description.userIdentityTokens = tokens;
  }
};
