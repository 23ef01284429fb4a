import { subjects } from '../../support/fault-matrix/stand-ins.ts';
import { testMatrix } from '../../support/fault-matrix/test-matrix.ts';

testMatrix(subjects.raspberry);
