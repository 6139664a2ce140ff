import { administrationContract } from './administration.contract.ts';

administrationContract();
