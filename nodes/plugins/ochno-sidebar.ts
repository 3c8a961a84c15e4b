import type { Runtime } from '../runtime/node-red';
import { registerSidebar } from '../runtime/sidebar/sidebar';

/** The tab Ochno of the editor's sidebar: the building as it is now. */
export = function register(RED: Runtime): void {
  registerSidebar(RED);
};
