import test from 'ava';
import { makeCertificate } from '../../support/certificates.ts';
import { UaFailure } from '../../support/ua-client.ts';
import type { ClientLab } from '../client-lab.ts';

const policies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;
const modes = ['Sign', 'SignAndEncrypt'] as const;

const statusOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'Good',
    (error: unknown) => {
      if (error instanceof UaFailure) return error.status;
      throw error;
    },
  );

/** Encrypted sessions by user name and by certificate; what is denied. */
export const security = (ofLab: () => ClientLab): void => {
  for (const policy of policies) {
    test.serial(`${policy}: signed and encrypted sessions with a user name read and call`, async t => {
      const { lab, newClient, identityOf } = ofLab();
      const client = newClient(policy);
      for (const mode of modes) {
        await client.connect(lab.server.opcuaUrl, { ...identityOf('plc'), policy, mode });
        t.is(await client.value('Printers/Printer1/Name'), 'Printer1');
        t.true(Array.isArray((await client.ok('Jobs.FindJobs', '', '', '', '', 0, 10)).JobIds));
        await client.disconnect();
      }
      await client.stop();
    });
  }

  test.serial('a user logs in by certificate once an admin has given it to the account', async t => {
    const { lab, newClient } = ofLab();
    const admin = await lab.http('admin');
    const userCertificate = await makeCertificate(lab.folder, 'plc-user');
    const secure = { userCertificate, policy: 'Basic256Sha256', mode: 'SignAndEncrypt' } as const;
    const client = newClient('by-certificate');
    const stranger = await statusOf(client.connect(lab.server.opcuaUrl, secure));
    t.true(['BadIdentityTokenRejected', 'BadUserAccessDenied'].includes(stranger), stranger);

    const users = (await admin.get('users')).body as readonly {
      readonly id: string;
      readonly username: string;
    }[];
    const plc = users.find(({ username }) => username === 'plc');
    const given = await admin.put(`users/${plc?.id}/certificates`, { certificates: [userCertificate.pem] });
    t.is(given.status, 200, JSON.stringify(given.body));
    await client.connect(lab.server.opcuaUrl, secure);
    t.is(
      (await client.call('Jobs.ApproveJob', [1])).status,
      'BadUserAccessDenied',
      'a machine approves nothing',
    );
    t.true(Array.isArray((await client.ok('Jobs.FindJobs', '', 'student', '', '', 0, 10)).JobIds));
    await client.disconnect();
    await client.stop();
  });

  test.serial('a wrong password is refused', async t => {
    const { lab, newClient } = ofLab();
    const client = newClient('wrong-password');
    const refused = client.connect(lab.server.opcuaUrl, { user: 'staff', password: 'not-the-password' });
    t.true(['BadUserAccessDenied', 'BadIdentityTokenRejected'].includes(await statusOf(refused)));
    await client.kill();
  });

  test.serial('anonymous reads public values alone: no files, no calls, no writes', async t => {
    const anonymous = await ofLab().ua('');
    t.is(await anonymous.value('Printers/Printer1/Name'), 'Printer1');
    const [file] = await anonymous.read('Printers/Printer1/Job/File');
    t.is(file?.status, 'BadUserAccessDenied');
    const declared = ['UInt32'];
    t.is((await anonymous.call('Jobs.GetJob', [1], declared)).status, 'BadUserAccessDenied');
    t.is((await anonymous.call('Jobs.ApproveJob', [1], declared)).status, 'BadUserAccessDenied');
  });

  test.serial('a user calls no method of staff; nobody writes a variable, staff included', async t => {
    const { lab } = ofLab();
    const [student, admin] = [await lab.ua('student'), await lab.ua('admin')];
    t.is((await student.call('Jobs.ApproveJob', [1])).status, 'BadUserAccessDenied');
    t.is((await student.call('Printers.BeginPickup', ['', 'robot1'])).status, 'BadUserAccessDenied');
    const [list] = await student.read(
      'Lab/MachineryBuildingBlocks/JobManagement/JobOrderControl/JobOrderList',
    );
    t.is(list?.status, 'BadUserAccessDenied', 'job orders of others');
    for (const client of [student, admin]) {
      const refused = await statusOf(client.write('Printers/Printer1/Bed/Clear', true, 'Boolean'));
      t.true(['BadUserAccessDenied', 'BadNotWritable'].includes(refused), refused);
    }
  });
};
