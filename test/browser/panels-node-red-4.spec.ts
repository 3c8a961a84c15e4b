import { describeEditor, panelParts } from './editor';

describeEditor('Node-RED 4.1', panelParts);
