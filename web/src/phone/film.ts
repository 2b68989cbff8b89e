/** The phone page as it is opened by a link to an episode: the player comes with it instead of after it. */

import "./player/PlayerPage.svelte";
import "./main";
