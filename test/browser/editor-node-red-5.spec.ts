import { nodeRed5 } from '../support/node-red-5';
import { describeEditor, editorParts } from './editor';
import { describePictures } from './pictures';

describeEditor('Node-RED 5', nodeRed5, [...editorParts.flows, describePictures], 'monaco');
