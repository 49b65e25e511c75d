package dev.anabranch.airflow.model;

import java.util.List;

/**
 * A part of a list.
 *
 * @param total how many there are in all
 */
public record Page<T>(List<T> items, long total) {
  public Page {
    items = List.copyOf(items);
  }
}
