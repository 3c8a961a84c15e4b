import { describeEditor, flowParts } from './editor';

describeEditor('Node-RED 4.1', [flowParts], 'monaco');
