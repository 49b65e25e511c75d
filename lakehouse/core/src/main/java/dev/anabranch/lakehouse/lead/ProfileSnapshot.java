package dev.anabranch.lakehouse.lead;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The profiles of all leads as of an instant: one side of a join that is done in memory. */
public final class ProfileSnapshot implements Serializable {
  /** Nothing is known of anybody. */
  public static final ProfileSnapshot EMPTY = new ProfileSnapshot(List.of());

  private final HashMap<String, LeadProfile> byLead;

  /** A snapshot; of several profiles of a lead the last one counts. */
  public ProfileSnapshot(List<LeadProfile> profiles) {
    Map<String, LeadProfile> all = new HashMap<>();
    profiles.forEach(profile -> all.put(profile.leadId(), profile));
    this.byLead = new HashMap<>(all);
  }

  public Optional<LeadProfile> of(String leadId) {
    return Optional.ofNullable(byLead.get(leadId));
  }

  public int size() {
    return byLead.size();
  }
}
