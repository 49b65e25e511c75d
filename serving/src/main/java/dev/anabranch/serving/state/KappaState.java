package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Generation;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.serving.index.ViewTiers;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Follows the generations of the Kappa views. One that is being built is followed too, so that
 * answers can change to it in one step when the ledger does.
 */
final class KappaState {
  private final Storage storage;
  private final LakeLayout lake;
  private final Clock clock;
  private final StateObserver observer;
  private final ExecutorService loader;
  private final Map<Long, Followed> generations = new TreeMap<>();
  private Optional<Followed> active = Optional.empty();

  KappaState(
      Storage storage,
      LakeLayout lake,
      Clock clock,
      StateObserver observer,
      ExecutorService loader) {
    this.storage = storage;
    this.lake = lake;
    this.clock = clock;
    this.observer = observer;
    this.loader = loader;
  }

  /** A generation as far as it was read. */
  final class Followed {
    private final long number;
    private final EpochFollower epochs;
    private ViewTiers views = ViewTiers.EMPTY;
    private Optional<EpochHeader> last = Optional.empty();
    private OptionalLong freshness = OptionalLong.empty();
    private Optional<Future<Boolean>> first = Optional.empty();

    Followed(long number) {
      this.number = number;
      this.epochs = new EpochFollower(storage, lake.kappaTiles(number), false);
    }

    long number() {
      return number;
    }

    ViewTiers views() {
      return views;
    }

    Optional<EpochHeader> last() {
      return last;
    }

    OptionalLong freshness() {
      return freshness;
    }

    /** The first look may be long and goes on beside; true where epochs were added. */
    private boolean poll() throws Exception {
      if (first.isEmpty()) {
        first = Optional.of(loader.submit(this::add));
        return false;
      }
      if (!first.get().isDone()) {
        return false;
      }
      try {
        first.get().get();
      } catch (Exception e) {
        first = Optional.empty();
        throw e;
      }
      return add();
    }

    private boolean add() {
      boolean added = false;
      for (EpochFollower.Entry entry : epochs.poll()) {
        views = views.plus(entry.tiles());
        last = Optional.of(entry.header());
        added = true;
      }
      if (added) {
        freshness = Freshness.of(last.get(), clock);
      }
      return added;
    }

    private boolean loaded() {
      return first.isPresent() && first.get().isDone() && last.isPresent();
    }
  }

  /** The generation that answers come from. */
  Optional<Followed> active() {
    return active.filter(Followed::loaded);
  }

  /** Adds epochs that became visible, and follows the ledger; true where answers change. */
  boolean poll(GenerationLedger ledger) throws Exception {
    boolean changed = false;
    for (Generation generation : ledger.all()) {
      if (generation.state() != Generation.State.DROPPED) {
        changed |= poll(generation.number());
      }
    }
    Optional<Followed> next =
        ledger
            .active()
            .map(generation -> generations.get(generation.number()))
            .filter(Followed::loaded);
    if (next.isPresent() && !next.equals(active)) {
      active = next;
      generations.keySet().removeIf(number -> number < next.get().number());
      changed = true;
    }
    return changed;
  }

  private boolean poll(long number) throws Exception {
    Followed followed = generations.computeIfAbsent(number, Followed::new);
    boolean added = followed.poll();
    boolean visible = active.isPresent() && active.get() == followed;
    if (added && visible && followed.freshness().isPresent()) {
      observer.epochVisible(
          "kappa", followed.last().orElseThrow().epoch(), followed.freshness().getAsLong());
    }
    return added && visible;
  }
}
