using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Store;

/// <summary>One change to a source, as mirrors carry it.</summary>
internal abstract record IrrChange
{
    private IrrChange() { }

    /// <summary>An object that is new or replaces the one of the same key.</summary>
    public sealed record Put(byte[] Text) : IrrChange;

    public sealed record Delete(RpslObjectKey Key) : IrrChange;

    /// <summary>A change to something that is not kept here.</summary>
    public sealed record Nothing : IrrChange;
}
