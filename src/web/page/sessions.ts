/** Other tabs of this browser have the same session. */
const tabs = new BroadcastChannel('loadstep-session');
tabs.addEventListener('message', () => location.reload());

/** Has the other tabs of this browser find out anew who they are. */
export function tellOtherTabs(): void {
  tabs.postMessage('changed');
}
