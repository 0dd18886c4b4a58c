/// What a watch tells. Told in order, each change of each object is told once; an object whose changes were too quick
/// to be seen one by one is told in its last state.
package enum WatchChange<Resource: KubernetesResource>: Sendable, Hashable {
  case added(Resource)
  case modified(Resource)
  /// The last state that was known, or the one that the deletion made of it. An object that was made anew under the same
  /// name is first deleted, then added.
  case deleted(ObjectReference)
  /// All that exists has been told.
  case synced
  /// The watch is interrupted, and goes on by itself: nothing is lost, but what was told may be out of date.
  case trouble(KubernetesError)
  /// The interruption is over; what was missed follows.
  case recovered
}
