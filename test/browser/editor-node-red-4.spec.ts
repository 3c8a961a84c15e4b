import { describeEditor, editorParts } from './editor';

// The Node-RED this package develops against.
describeEditor('Node-RED 4.1', async () => ({}), editorParts.flows, 'monaco');
