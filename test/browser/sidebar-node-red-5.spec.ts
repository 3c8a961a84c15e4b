import { nodeRed5 } from '../support/node-red-5';
import { describeSidebar } from './sidebar';

describeSidebar('Node-RED 5', nodeRed5);
