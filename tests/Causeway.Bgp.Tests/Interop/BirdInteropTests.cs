namespace Causeway.Bgp.Tests.Interop;

public class BirdInteropTests() : DaemonConformance("BIRD 2", 1, plan => new BirdDaemon(plan));
