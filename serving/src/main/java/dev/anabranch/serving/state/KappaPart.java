package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.serving.index.ViewTiers;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One generation of the Kappa views, up to an epoch: immutable.
 *
 * @param header of all its epochs together; empty before the first
 * @param freshnessMillis as in {@link AsOf}
 */
record KappaPart(
    long generation, ViewTiers views, Optional<EpochHeader> header, OptionalLong freshnessMillis) {

  static KappaPart empty(long generation) {
    return new KappaPart(generation, ViewTiers.EMPTY, Optional.empty(), OptionalLong.empty());
  }

  /** The last epoch in it; -1 before the first. */
  long epoch() {
    return header.map(EpochHeader::epoch).orElse(-1L);
  }

  /** Where it ends, exclusive. */
  Offsets until() {
    return header.map(EpochHeader::until).orElse(Offsets.NONE);
  }

  KappaPart plus(EpochFile next) {
    return new KappaPart(
        generation,
        views.plus(next.tiles()),
        Optional.of(header.map(known -> known.upTo(next.header())).orElse(next.header())),
        freshnessMillis);
  }

  /** The newest epoch became visible at this instant, in milliseconds since the epoch. */
  KappaPart seenAt(EpochHeader newest, long millis) {
    return new KappaPart(generation, views, header, Freshness.of(newest, millis, freshnessMillis));
  }
}
