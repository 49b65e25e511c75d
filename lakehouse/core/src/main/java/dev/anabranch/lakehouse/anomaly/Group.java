package dev.anabranch.lakehouse.anomaly;

/** What a minute's events are counted by. */
public record Group(String eventType, String channel) {}
