package dev.anabranch.serving.index;

/** All views over one set of events. */
public final class ViewTiers {}
