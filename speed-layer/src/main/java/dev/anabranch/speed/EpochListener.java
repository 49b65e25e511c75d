package dev.anabranch.speed;

import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.view.Tiles;
import java.util.Map;

/** Hears of each epoch once it is visible, in order; must return at once and not throw. */
@FunctionalInterface
public interface EpochListener {
  /** Hears nothing. */
  EpochListener NONE = (header, tiles) -> {};

  /**
   * An epoch was committed. After a restart the first one need not be the one behind the last that
   * was told of.
   *
   * @param tiles by view
   */
  void committed(EpochHeader header, Map<String, Tiles> tiles);
}
