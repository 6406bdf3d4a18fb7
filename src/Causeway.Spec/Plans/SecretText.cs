namespace Causeway.Spec.Plans;

/// <summary>
/// Text that may hold secrets: <see cref="Reference"/> is what the user wrote (<c>${OPENAI_API_KEY}</c>) and may be shown;
/// the value comes only from <see cref="Reveal"/>. Equality is by both, so a rotated key is a changed upstream.
/// </summary>
public sealed class SecretText(string reference, string value) : IEquatable<SecretText>
{
    private readonly string _value = value;

    public string Reference { get; } = reference;

    /// <summary>The secret itself: for the wire only. Never log it, store it or put it into an error.</summary>
    public string Reveal() => _value;

    public bool Equals(SecretText? other) => other is not null && Reference == other.Reference && _value == other._value;
    public override bool Equals(object? obj) => Equals(obj as SecretText);
    public override int GetHashCode() => HashCode.Combine(Reference, _value);

    /// <summary>The reference: safe wherever a record that contains a secret is printed.</summary>
    public override string ToString() => Reference;
}
