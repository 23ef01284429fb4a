import { MessageSecurityMode, SecurityPolicy, UserTokenPolicy, UserTokenType } from 'node-opcua';
import type { OPCUAServer } from 'node-opcua-server';

/**
 * The same user tokens with the same ids on every endpoint: node-opcua numbers the ids, and clients such as PLC4X
 * then pick the wrong one. The password is always encrypted, on a None channel too. Certificates are taken on secure
 * channels alone, and the client signs by the policy of the channel: elsewhere nothing says whom it signs for.
 */
export const offerUserTokens = (server: OPCUAServer, anonymous: boolean): void => {
  const userName = new UserTokenPolicy({
    policyId: 'username',
    tokenType: UserTokenType.UserName,
    securityPolicyUri: SecurityPolicy.Basic256Sha256,
  });
  const certificate = new UserTokenPolicy({
    policyId: 'certificate',
    tokenType: UserTokenType.Certificate,
    securityPolicyUri: null,
  });
  const nobody = new UserTokenPolicy({
    policyId: 'anonymous',
    tokenType: UserTokenType.Anonymous,
    securityPolicyUri: null,
  });
  const everywhere = anonymous ? [nobody, userName] : [userName];
  for (const endpoint of server.endpoints) {
    for (const description of endpoint.endpointDescriptions()) {
      const isSecure = description.securityMode !== MessageSecurityMode.None;
      description.userIdentityTokens = isSecure ? [...everywhere, certificate] : everywhere;
    }
  }
};
