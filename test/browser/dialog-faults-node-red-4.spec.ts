import { describeEditor, editorParts } from './editor';

describeEditor('Node-RED 4.1', async () => ({}), editorParts.faults);
