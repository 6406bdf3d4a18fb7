namespace Causeway.Spec.Catalog;

/// <summary>A catalog file that cannot be used. The message says which file, which place in it, and what is wrong there.</summary>
public sealed class CatalogFormatException(string message, Exception? inner = null) : Exception(message, inner);
