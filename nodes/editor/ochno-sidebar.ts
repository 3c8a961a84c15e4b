import { textsOf } from './dialog/catalogue';
import { openSidebar } from './sidebar/sidebar-tab';

const texts = textsOf('ochno-sidebar');
const action = 'ochno:show-building';

RED.plugins.registerPlugin('ochno-sidebar', {
  type: 'ochno-sidebar',
  onadd() {
    RED.actions.add(action, () => RED.sidebar.show('ochno'), {
      label: '@ochno/node-red-ochno/ochno-sidebar:tab.action',
    });
    RED.keyboard.add('*', 'ctrl-g o', action);
    RED.sidebar.addTab({
      id: 'ochno',
      label: texts('tab.name'),
      name: texts('tab.name'),
      iconClass: 'fa fa-building-o',
      content: openSidebar(),
      // Ports are looked up while a node is being edited.
      enableOnEdit: true,
      pinned: true,
      action,
    });
  },
});
