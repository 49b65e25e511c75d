package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Tiles;

/**
 * Rows of one view: immutable.
 *
 * @param <I> the index itself
 */
interface Index<I> {
  /** The rows of this index merged with tiles of other events. */
  I plus(Tiles tiles);
}
