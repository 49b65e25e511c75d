package dev.anabranch.airflow.model;

import java.util.Locale;
import java.util.stream.Stream;

/** Reads states, those of later versions of Airflow too. */
final class States {

  private States() {}

  static <S extends Enum<S>> S of(Class<S> states, String text, S unknown) {
    return Stream.of(states.getEnumConstants())
        .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElse(unknown);
  }
}
