import { describeAdding, describeDisabledType } from './sidebar-adding';
import { describeBuilding } from './sidebar-building';
import { describeEverybody } from './sidebar-everybody';
import { describeFilm } from './sidebar-film';
import { describePort } from './sidebar-port';
import { describeReplacing } from './sidebar-replacing';
import { describeSubflowAccounts } from './sidebar-subflows';
import type { Turns } from './turns';

/** What is tried in the sidebar. */
export const sidebarParts: Turns = {
  // The building first of all: an editor that has seen it goes on showing it.
  both: [describeBuilding, describeAdding],
  'Node-RED 4.1': [describeFilm, describeReplacing],
  'Node-RED 5': [describeDisabledType, describePort, describeSubflowAccounts, describeEverybody],
};
