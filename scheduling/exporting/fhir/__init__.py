"""The record in the words of HL7 FHIR R4, for another system: plain dictionaries under FHIR's names.

Source: docs/sources.md#fhir
"""
