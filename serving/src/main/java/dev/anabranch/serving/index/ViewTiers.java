package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import java.util.Map;

/** Every view over one set of events: immutable. */
public final class ViewTiers {
  /** No events. */
  public static final ViewTiers EMPTY =
      new ViewTiers(
          Tier.of(Activity.VIEW, ActivityIndex.empty()), Tier.of(Leads.VIEW, LeadIndex.empty()));

  private final Tier<ActivityIndex> activity;
  private final Tier<LeadIndex> leads;

  private ViewTiers(Tier<ActivityIndex> activity, Tier<LeadIndex> leads) {
    this.activity = activity;
    this.leads = leads;
  }

  /** Views that exist already, of the same events. */
  public static ViewTiers of(ActivityIndex activity, Tiles leads) {
    return new ViewTiers(
        Tier.of(Activity.VIEW, activity), Tier.of(Leads.VIEW, LeadIndex.of(leads)));
  }

  /** Views of tiles, by view's name; a view that is not named has no rows. */
  public static ViewTiers of(Map<String, Tiles> tiles) {
    return of(ActivityIndex.of(rows(tiles, Activity.VIEW)), rows(tiles, Leads.VIEW));
  }

  /** These events and more, of which none is among these: the merge that is the seam. */
  public ViewTiers plus(Map<String, Tiles> tiles) {
    return new ViewTiers(
        activity.plus(rows(tiles, Activity.VIEW)), leads.plus(rows(tiles, Leads.VIEW)));
  }

  private static Tiles rows(Map<String, Tiles> tiles, View view) {
    return tiles.getOrDefault(view.name(), Tiles.empty(view));
  }

  public ActivityIndex activity() {
    return activity.index();
  }

  public LeadIndex leads() {
    return leads.index();
  }

  /** Makes ready what is likely to be asked for, if these views are to take the place of others. */
  public void warmAs(ViewTiers others) {
    activity().warmAs(others.activity());
    leads();
  }
}
