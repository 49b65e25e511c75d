package dev.anabranch.serving.query;

import dev.anabranch.serving.index.Rolled;

/** The groups of events in windows that are asked for in the order of their starts. */
interface Windows {
  /** The groups in the window that starts here. */
  Rolled at(long startMicros);
}
