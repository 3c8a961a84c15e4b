import { describeSidebar } from './sidebar';

// The Node-RED this package develops against.
describeSidebar('Node-RED 4.1', async () => ({}), 'taken');
