import { describeEditor, panelParts } from './editor';

describeEditor('Node-RED 5', panelParts);
