package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Follows the generations of the Kappa views. One that is being built is followed too; answers
 * change to it in one step, when the ledger says that it is active, it has been read up to its
 * newest commit, and it holds all that answers hold: they never go back. Not safe for use by
 * several threads at once.
 */
final class KappaState {
  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;
  private final StateObserver observer;
  private final TreeMap<Long, Followed> generations = new TreeMap<>();
  private Optional<KappaPart> visible = Optional.empty();
  private boolean caughtUp;

  KappaState(Storage storage, LakeLayout lake, Clock clock, StateObserver observer) {
    this.storage = storage;
    this.lake = lake;
    this.clock = clock;
    this.observer = observer;
  }

  /** A generation as far as it was read. */
  private final class Followed {
    private final EpochFollower epochs;
    private KappaPart part;
    private boolean caughtUp;

    Followed(long number) {
      this.epochs = new EpochFollower(storage, lake.kappaTiles(number));
      this.part = KappaPart.empty(number);
    }

    /** Adds epochs that became visible. */
    void poll() {
      epochs.poll();
      Optional<EpochHeader> added = Optional.empty();
      for (EpochFollower.Entry entry : epochs.after(part.epoch())) {
        EpochFile next = entry.read(storage);
        part = part.plus(next);
        added = Optional.of(next.header());
      }
      if (added.isPresent()) {
        part = part.seenAt(added.get(), clock.millis());
        epochs.forget(part.epoch());
      }
      caughtUp |= epochs.caughtUp();
    }

    /** Whether epochs are there that cannot be added: files were merged before they were read. */
    boolean stuck() {
      return epochs.caughtUp()
          && epochs.newest().filter(last -> last.epoch() > part.epoch()).isPresent();
    }
  }

  /** What answers come from; empty before the first generation has an epoch. */
  Optional<KappaPart> visible() {
    return visible;
  }

  /** Whether the active generation, where there is one, was read to its end once. */
  boolean caughtUp() {
    return caughtUp;
  }

  /**
   * Adds epochs of the active generation that became visible, and changes to it where it is new.
   */
  void pollActive(GenerationLedger ledger) {
    Optional<Generation> active = ledger.active();
    if (active.isEmpty()) {
      caughtUp = true;
      return;
    }
    long number = active.get().number();
    Followed followed = poll(number);
    caughtUp |= followed.caughtUp;
    boolean changes =
        followed.caughtUp
            && followed.part.header().isPresent()
            && !visible.equals(Optional.of(followed.part))
            && isNotBehindAnother(followed.part);
    if (changes) {
      visible = Optional.of(followed.part);
      generations.keySet().removeIf(other -> other < number);
      seen(followed.part);
    } else if (followed.epochs.failure().isPresent()) {
      throw followed.epochs.failure().get();
    }
  }

  /** Whether readers lose nothing if they change from another generation to this one. */
  private boolean isNotBehindAnother(KappaPart part) {
    return visible
        .filter(seen -> seen.generation() != part.generation())
        .map(seen -> part.until().reaches(seen.until()))
        .orElse(true);
  }

  /** Follows the generation that is being built, where there is one. */
  void pollBuilding(GenerationLedger ledger) {
    ledger.building().ifPresent(generation -> poll(generation.number()));
  }

  private Followed poll(long number) {
    Followed followed = generations.computeIfAbsent(number, Followed::new);
    if (followed.stuck()) {
      // Answers go on from what is visible until all is read anew.
      followed = new Followed(number);
      generations.put(number, followed);
    }
    followed.poll();
    return followed;
  }

  private void seen(KappaPart part) {
    OptionalLong freshness = part.freshnessMillis();
    EpochHeader last = part.header().orElseThrow();
    freshness.ifPresent(millis -> observer.epochVisible("kappa", last.epoch(), millis));
  }
}
