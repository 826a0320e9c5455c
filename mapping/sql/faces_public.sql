-- Pins by their public face: one row a pin that anyone may see and that fulfils the filter. No order.
SELECT * FROM pin_public WHERE {where}
