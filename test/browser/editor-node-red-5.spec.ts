import { describeEditor, flowParts } from './editor';

describeEditor('Node-RED 5', [flowParts], 'monaco');
