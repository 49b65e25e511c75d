package dev.anabranch.cli.platform;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The state of all parts in their order, changed and waited for by several threads. */
final class StatusBoard {

  private final Map<String, PartStatus> parts = new LinkedHashMap<>();
  private final Consumer<PartStatus> onChange;

  /**
   * @param onChange called for every change, in the order of the changes, while no other can happen
   */
  StatusBoard(Consumer<PartStatus> onChange) {
    this.onChange = onChange;
  }

  synchronized void add(PartStatus status) {
    parts.put(status.name(), status);
  }

  synchronized void update(String name, UnaryOperator<PartStatus> change) {
    PartStatus next = change.apply(get(name));
    parts.put(name, next);
    notifyAll();
    onChange.accept(next);
  }

  synchronized PartStatus get(String name) {
    PartStatus status = parts.get(name);
    if (status == null) {
      throw new IllegalArgumentException("No part " + name);
    }
    return status;
  }

  synchronized List<PartStatus> all() {
    return List.copyOf(parts.values());
  }

  /** Whether all of these run; parts that the platform is without do not count. */
  synchronized boolean running(Collection<String> names) {
    return names.stream()
        .filter(parts::containsKey)
        .allMatch(name -> get(name).state() == PartState.RUNNING);
  }

  /** The first of these that has been given up; empty when none has. */
  synchronized Optional<String> failed(Collection<String> names) {
    return names.stream()
        .filter(parts::containsKey)
        .filter(name -> get(name).state() == PartState.FAILED)
        .sorted()
        .findFirst();
  }

  /** Whether no part is in this state. */
  synchronized boolean none(PartState state) {
    return parts.values().stream().noneMatch(part -> part.state() == state);
  }

  /** Lets all who wait look at their condition again. */
  synchronized void wake() {
    notifyAll();
  }

  /**
   * Waits until the condition holds; it is evaluated under this board's monitor.
   *
   * @return whether it holds, false when the limit has passed
   */
  synchronized boolean await(BooleanSupplier condition, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
