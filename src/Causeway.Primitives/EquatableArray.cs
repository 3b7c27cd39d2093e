using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Causeway.Primitives;

/// <summary>
/// An immutable array that equals another one with equal elements in the same order. Arrays in records compare by reference, so that a record which holds one
/// never equals its like; with this it does. The default value is an empty array.
/// </summary>
[CollectionBuilder(typeof(EquatableArray), nameof(EquatableArray.Create))]
public readonly struct EquatableArray<T> : IReadOnlyList<T>, IEquatable<EquatableArray<T>>
{
    private readonly T[]? _items;

    internal EquatableArray(T[] items) => _items = items;

    public int Length => _items?.Length ?? 0;

    public bool IsEmpty => Length == 0;

    /// <summary>The same as <see cref="Length"/>, as lists call it.</summary>
    public int Count => Length;

    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public T this[int index] => (_items ?? [])[index];

    public ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>True when both are the very same array: equal without a look at the elements.</summary>
    public bool IsSame(EquatableArray<T> other) => _items == other._items;

    public bool Equals(EquatableArray<T> other) => IsSame(other) || AsSpan().SequenceEqual(other.AsSpan());

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (T item in AsSpan())
            hash.Add(item);
        return hash.ToHashCode();
    }

    public static bool operator ==(EquatableArray<T> left, EquatableArray<T> right) => left.Equals(right);

    public static bool operator !=(EquatableArray<T> left, EquatableArray<T> right) => !left.Equals(right);

    public static implicit operator EquatableArray<T>(ImmutableArray<T> items) =>
        items.IsDefaultOrEmpty ? default : new(ImmutableCollectionsMarshal.AsArray(items)!);

    /// <summary>A copy, since whoever has the array can change it.</summary>
    public static implicit operator EquatableArray<T>(T[] items) => EquatableArray.Create<T>(items);

    public Enumerator GetEnumerator() => new(_items ?? []);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    /// <summary>The elements, in brackets.</summary>
    public override string ToString() => $"[{string.Join(", ", _items ?? [])}]";

    /// <summary>Goes through the elements without allocating.</summary>
    public struct Enumerator
    {
        private readonly T[] _items;
        private int _at;

        internal Enumerator(T[] items) => (_items, _at) = (items, -1);

        public readonly T Current => _items[_at];

        public bool MoveNext() => ++_at < _items.Length;
    }
}

/// <summary>Makes <see cref="EquatableArray{T}"/>s.</summary>
public static class EquatableArray
{
    public static EquatableArray<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? default : new(items.ToArray());
}
