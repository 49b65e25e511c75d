package dev.anabranch.lakehouse.view;

import java.util.List;

/** Every view of the platform. */
public final class Views {
  public static final List<View> ALL = List.of(Activity.VIEW, Leads.VIEW);

  private Views() {}
}
